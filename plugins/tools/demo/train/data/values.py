"""Values of arguments, by kind: names, numbers, paths, dates."""

from __future__ import annotations

import string

from .spelling import Spelling
from .words import listed, phrases, words


class Values(Spelling):
    """Draws values: from the lists, and of each kind for which there is a method `a_KIND`."""

    def draw(self, kind: str) -> str:
        """A value of a kind, as it is said; `celsius|fahrenheit` is one of the two."""
        if "|" in kind:
            return self.rng.choice(kind.split("|"))
        made = getattr(self, f"a_{kind}", None)
        if made and (not listed(kind) or self.rng.random() < 0.5):
            value: str = made()
            return value
        return self.rng.choice(words(kind, self.held_out))

    def a_city(self) -> str:
        return self.name()

    a_country = a_person = a_language = a_name = a_city

    def a_room(self) -> str:
        return self.word() + self.rng.choice(["", "", " room", " hall"])

    def a_food(self) -> str:
        return " ".join(self.word() for _ in range(self.rng.choice([1, 2, 2])))

    a_thing = a_food

    def a_word(self) -> str:
        return self.word()

    a_oneword = a_word

    def a_app(self) -> str:
        return self.pseudo()

    def a_text(self) -> str:
        return self.phrase()

    a_title = a_query = a_phrase = a_text

    def a_deed(self) -> str:
        return self.rng.choice(words("verb", self.held_out)) + " " + self.phrase(4)

    def a_song(self) -> str:
        said = self.phrase(4)
        return said.title() if self.rng.random() < 0.6 and said.isascii() else said

    def a_place(self) -> str:
        before = self.rng.choice(["the ", "", "the old ", "the nearest "])
        return before + (self.word() if self.rng.random() < 0.6 else self.name())

    def a_picture(self) -> str:
        return self.rng.choice(["a ", "the ", "a ", "two "]) + self.phrase(5)

    def a_words(self) -> str:
        return ", ".join(self.word() for _ in range(self.rng.randint(1, 4)))

    def a_flag(self) -> str:
        return self.rng.choice(["true", "false", "true", "false", "yes", "no", "on", "off"])

    def a_symbol(self) -> str:
        return "".join(self.rng.choice(string.ascii_uppercase) for _ in range(self.rng.randint(2, 5)))

    def a_unit(self) -> str:
        return self.rng.choice(phrases("unit"))

    def a_weekday(self) -> str:
        return self.rng.choice(words("day", False)[2:8])

    def a_int(self) -> str:
        return str(self.rng.choice([self.rng.randint(0, 20), self.rng.randint(0, 100), self.rng.randint(100, 9999)]))

    def a_count(self) -> str:
        return str(self.rng.choice([self.rng.randint(2, 10), self.rng.randint(2, 10), self.rng.randint(10, 120)]))

    def a_digit(self) -> str:
        return str(self.rng.randint(0, 6))

    def a_degrees(self) -> str:
        return str(self.rng.randint(-9, 39))

    def a_percent(self) -> str:
        return str(self.rng.randint(0, 100))

    def a_year(self) -> str:
        return str(self.rng.randint(1900, 2035))

    def a_amount(self) -> str:
        whole = self.rng.choice([self.rng.randint(1, 100), self.rng.randint(1, 20) * 50, self.rng.randint(100, 99999)])
        return f"{whole}.{self.rng.randint(1, 99):02d}".rstrip("0") if self.rng.random() < 0.3 else str(whole)

    def a_rating(self) -> str:
        return f"{self.rng.randint(1, 9)}.{self.rng.randint(1, 9)}"

    def a_clock(self) -> str:
        hour, minute = self.rng.randint(0, 23), self.rng.choice([0, 15, 30, 45, self.rng.randint(0, 59)])
        short = f"{hour % 12 or 12}" + (f":{minute:02d}" if minute else "")
        half = self.rng.choice([" am", " pm", "am", "pm"])
        return self.rng.choice([f"{hour:02d}:{minute:02d}", f"{hour}:{minute:02d}", short + half, short + half])

    def a_date(self) -> str:
        year, month, day = self.rng.randint(2020, 2035), self.rng.randint(1, 12), self.rng.randint(1, 28)
        name = words("month", False) + words("month", True)
        iso = f"{year}-{month:02d}-{day:02d}"
        long = self.rng.choice([f"{day} {name[month - 1]}", f"{name[month - 1]} {day}"])
        return self.rng.choice([iso, iso, long, self.rng.choice(words("day", self.held_out))])

    def a_duration(self) -> str:
        return f"{self.rng.randint(2, 90)} {self.rng.choice(['minutes', 'hours', 'days'])}"

    def a_distance(self) -> str:
        return f"{self.rng.randint(2, 900)} {self.rng.choice(['km', 'm', 'miles'])}"

    def a_id(self) -> str:
        rng = self.rng
        letters = "".join(rng.choice(string.ascii_letters) for _ in range(rng.randint(1, 3)))
        digits = "".join(rng.choice(string.digits) for _ in range(rng.randint(2, 6)))
        mixed = "".join(rng.choice("0123456789abcdef") for _ in range(rng.randint(4, 10)))
        named = [letters.upper() + digits, f"{letters.upper()}-{digits}", f"{self.word()}_{digits}"]
        return rng.choice([digits, *named, mixed, digits])

    def a_path(self) -> str:
        before = self.rng.choice(["", "", self.pseudo() + self.rng.choice("_-")])
        file = f"{before}{self.word()}.{self.rng.choice(phrases('file_type'))}"
        return self.rng.choice(["", "", self.a_folder() + "/"]) + file

    def a_folder(self) -> str:
        root = self.rng.choice(["/", "./", "~/", "", "/home/", "src/"])
        return root + "/".join(self.word() for _ in range(self.rng.choice([1, 1, 2, 3])))

    def a_repo(self) -> str:
        return f"{self.word()}/{self.word()}" if self.rng.random() < 0.5 else self.word()

    def a_url(self) -> str:
        scheme = self.rng.choice(["https://", "http://", "https://www.", "", "www."])
        host = scheme + self.word() + self.rng.choice([".com", ".org", ".net", ".io", ".de"])
        return host + self.rng.choice(["", "", f"/{self.word()}", f"/{self.word()}/{self.a_int()}"])

    def a_email(self) -> str:
        user = self.rng.choice([self.word(), self.pseudo()])
        return f"{user}@{self.word()}.{self.rng.choice(['com', 'org', 'net', 'io', 'edu'])}"

    def a_person_or_email(self) -> str:
        return self.a_email() if self.rng.random() < 0.4 else self.draw("person")

    def a_command(self) -> str:
        command = self.rng.choice(phrases("command"))
        while "{}" in command:
            command = command.replace("{}", self.rng.choice([self.word, self.a_path, self.pseudo])(), 1)
        return command

    def a_sql(self) -> str:
        query = self.rng.choice(phrases("sql")).replace("{n}", self.a_int())
        while "{}" in query:
            query = query.replace("{}", self.word(), 1)
        return query

    def a_expression(self) -> str:
        said = self.a_int()
        for _ in range(self.rng.choice([1, 1, 2, 2, 3])):
            sign = self.rng.choice(["+", "-", "*", "/"])
            said += self.rng.choice([f" {sign} ", sign]) + self.a_int()
        return f"({said}) {self.rng.choice('*/')} {self.a_digit()}" if self.rng.random() < 0.15 else said
