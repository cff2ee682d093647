"""Text to tokens and back."""

from __future__ import annotations

from random import Random
from threading import Thread

import pytest
from mlx_lm.utils import load_tokenizer

from mlxs.errors import BadRequest
from mlxs_decoding.tokenizer import Stretches, Tokenizer

TEXT = " héllo  wörld 🌍🌍 日本語\n\n\tx = 1  <think>\nno</think><|im_end|> "


@pytest.fixture(scope="module")
def wrapped(model):
    return load_tokenizer(model())


@pytest.fixture(scope="module")
def tokenizer(wrapped):
    return Tokenizer(wrapped)


def spm(directory):
    """A tokenizer as Llama 2 and Gemma have it: spaces as ▁, unknown characters as bytes, BOS in front."""
    import json

    from tokenizers import Tokenizer as Fast
    from tokenizers import decoders, models, normalizers, processors

    words = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), "▁", "h", "e", "l", "o", "▁he", "llo"]
    ids = {word: id for id, word in enumerate(words)}
    merges = [("▁", "h"), ("▁h", "e"), ("l", "l"), ("ll", "o")]
    for pair in merges:
        ids.setdefault("".join(pair), len(ids))
    fast = Fast(models.BPE(ids, merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    fast.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    fast.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    fast.post_processor = processors.TemplateProcessing("<s> $A", special_tokens=[("<s>", 1)])
    fast.save(str(directory / "tokenizer.json"))
    said = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}
    (directory / "tokenizer_config.json").write_text(json.dumps(said))
    return load_tokenizer(directory)


def stream(decoder, ids):
    pieces = [decoder.add(id) for id in ids]
    return [*pieces, decoder.finish()]


def test_what_is_streamed_is_what_was_encoded(tokenizer, wrapped):
    ids = tokenizer.encode(TEXT)
    for decoder in (tokenizer.decoder(), Stretches(wrapped)):
        pieces = stream(decoder, ids)
        assert "".join(pieces) == TEXT
        assert not any("\ufffd" in piece for piece in pieces)
        assert len([piece for piece in pieces if piece]) > 10


def test_any_tokens_stream_as_the_tokenizer_decodes_them(tokenizer, wrapped):
    random = Random(0)
    for _ in range(100):
        ids = [random.randrange(512) for _ in range(30)]
        whole = wrapped.decode(ids).rstrip("\ufffd")
        for decoder in (tokenizer.decoder(), Stretches(wrapped)):
            assert "".join(stream(decoder, ids)).rstrip("\ufffd") == whole


def test_a_character_that_is_cut_off_is_left_out(tokenizer, wrapped):
    ids = tokenizer.encode("ab🌍")
    for decoder in (tokenizer.decoder(), Stretches(wrapped)):
        assert "".join(stream(decoder, ids[:-1])) == "ab"


def test_sentencepiece_streams_too(tmp_path):
    wrapped = spm(tmp_path)
    tokenizer = Tokenizer(wrapped)
    ids = tokenizer.encode("hello hé 🌍 llo")
    for decoder in (tokenizer.decoder(), Stretches(wrapped)):
        pieces = stream(decoder, ids)
        assert "".join(pieces) == "hello hé 🌍 llo"
        assert not any("\ufffd" in piece for piece in pieces)


def test_a_text_without_a_template_begins_as_the_tokenizer_says(tmp_path, tokenizer):
    assert Tokenizer(spm(tmp_path)).beginning == (1,)
    assert Tokenizer(spm(tmp_path)).encode("hello")[0] != 1
    assert tokenizer.beginning == ()


def test_tokens_know_their_bytes(tokenizer):
    ids = tokenizer.encode(TEXT)
    assert b"".join(tokenizer.token_text(id)[1] for id in ids).decode() == TEXT
    text, data = tokenizer.token_text(tokenizer.encode("🌍")[0])
    assert "\ufffd" in text and data != b"\xef\xbf\xbd"
    assert tokenizer.token_text(10**6) == ("", b"")  # vocabularies are padded


def test_no_template_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(BadRequest, match="--chat-template-file"):
        Tokenizer(spm(tmp_path)).render([{"role": "user", "content": "hi"}], None, {})


@pytest.mark.parametrize("message", [{"role": "wizard", "content": ""}, {"role": "user"}, {"role": 1, "content": 5}])
def test_whatever_a_template_stumbles_over_is_the_request_s_fault(tokenizer, message):
    with pytest.raises(BadRequest, match="the chat template refuses this conversation: .+"):
        tokenizer.render([message], None, {})


def test_many_threads_may_encode_at_once(tokenizer):
    ids, wrong = tokenizer.encode(TEXT), []

    def work():
        for _ in range(50):
            if tokenizer.encode(TEXT) != ids:
                wrong.append(1)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
