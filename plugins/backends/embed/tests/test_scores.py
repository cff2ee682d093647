"""Scores: of cross-encoders of every kind, and cosines of vectors."""

from __future__ import annotations

import json

import mlx.core as mx
import numpy as np
import pytest
from mlx_lm.utils import load_model as load_language_model
from transformers import AutoTokenizer

from mlxs.errors import BadRequest, MlxsError
from mlxs.tasks.embedding import EmbeddingRequest
from mlxs.tasks.rerank import RerankRequest
from mlxs_embed.cross_encoder import AFTER, BEFORE

QUERY = "which argument"
DOCUMENTS = ("a", "the parser adds an argument to the group", "usage", "an error is raised that names the action " * 2)
HEADS = {
    "bert": {"kind": "bert", "architectures": ["BertForSequenceClassification"], "id2label": {"0": ""}},
    "bert, no and yes": {"kind": "bert", "architectures": ["BertForSequenceClassification"]},
    "roberta": {
        "kind": "xlm-roberta",
        "architectures": ["XLMRobertaForSequenceClassification"],
        "id2label": {"0": ""},
    },
    "modernbert": {
        "kind": "modernbert",
        "architectures": ["ModernBertForSequenceClassification"],
        "id2label": {"0": ""},
    },
    "modernbert, first token": {
        "kind": "modernbert",
        "architectures": ["ModernBertForSequenceClassification"],
        "id2label": {"0": ""},
        "classifier_pooling": "cls",
    },
    "qwen3": {
        "kind": "qwen3",
        "architectures": ["Qwen3ForSequenceClassification"],
        "id2label": {"0": ""},
        "max_position_embeddings": 1024,
    },
}
WORDS = {"kind": "qwen3", "max_position_embeddings": 1024, "files": {"a reranker.json": {}}}
RERANK = {"task": "rerank"}


@pytest.mark.parametrize("made", [*HEADS.values(), WORDS], ids=[*HEADS, "words"])
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_scores_are_the_same_alone_and_in_company(loop, made, dtype):
    ranker = loop(**made, dtype=dtype, options={**RERANK, "batch_size": 3} if made is WORDS else {"batch_size": 3})
    together = ranker.scores(QUERY, *DOCUMENTS)
    alone = [ranker.scores(QUERY, document)[0] for document in DOCUMENTS]
    assert together == pytest.approx(alone, abs=1e-5 if dtype == "float32" else 2e-2)
    assert all(0 <= score <= 1 for score in together) and len({round(score, 4) for score in together}) > 1
    requests = [RerankRequest(query=QUERY, documents=DOCUMENTS[n:] + DOCUMENTS[:n]) for n in range(4)]
    for n, told in enumerate(ranker.run(*requests)):
        expected = together[n:] + together[:n]
        assert [score.value for score in told] == pytest.approx(expected, abs=1e-5 if dtype == "float32" else 2e-2)


def pair(model, made):
    """Weights, configuration, and the tokens of a query and a document together."""
    directory = model(**made)
    spoken = AutoTokenizer.from_pretrained(directory)(QUERY, DOCUMENTS[1])
    return mx.load(str(directory / "model.safetensors")), json.loads((directory / "config.json").read_text()), spoken


def sigmoid(logit):
    return 1 / (1 + np.exp(-np.array(logit, dtype=np.float64)))


def test_bert_says_what_its_head_says_of_the_pooled_token(loop, model):
    from mlx_embeddings.models import bert

    for made, read in ((HEADS["bert"], lambda x: x[0]), (HEADS["bert, no and yes"], lambda x: x[1] - x[0])):
        weights, config, spoken = pair(model, made)
        assert 1 in spoken["token_type_ids"], "the document is told from the query"
        plain = bert.Model(bert.ModelArgs.from_dict(config))
        plain.load_weights([(k.removeprefix("bert."), w) for k, w in weights.items() if k.startswith("bert.")])
        plain.eval()
        pooled = plain(mx.array([spoken["input_ids"]]), mx.array([spoken["token_type_ids"]])).pooler_output[0]
        logits = weights["classifier.weight"] @ pooled + weights["classifier.bias"]
        assert loop(**made).scores(QUERY, DOCUMENTS[1]) == pytest.approx([sigmoid(read(logits.tolist()))], abs=1e-5)


def test_roberta_says_what_its_head_says_of_the_first_token(loop, model):
    from mlx_embeddings.models import xlm_roberta

    weights, config, spoken = pair(model, HEADS["roberta"])
    plain = xlm_roberta.Model(xlm_roberta.ModelArgs.from_dict({**config, "add_pooling_layer": False}))
    plain.load_weights([(k.removeprefix("roberta."), w) for k, w in weights.items() if k.startswith("roberta.")])
    plain.eval()
    first = plain(mx.array([spoken["input_ids"]])).last_hidden_state[0, 0]
    inner = mx.tanh(weights["classifier.dense.weight"] @ first + weights["classifier.dense.bias"])
    logit = weights["classifier.out_proj.weight"] @ inner + weights["classifier.out_proj.bias"]
    assert loop(**HEADS["roberta"]).scores(QUERY, DOCUMENTS[1]) == pytest.approx(sigmoid(logit), abs=1e-5)


@pytest.mark.parametrize("name", ["modernbert", "modernbert, first token"])
def test_modernbert_says_what_the_library_says(loop, model, name):
    from mlx_embeddings.utils import load_model

    _, _, spoken = pair(model, HEADS[name])
    said = load_model(model(**HEADS[name]))(mx.array([spoken["input_ids"]])).pooler_output
    assert loop(**HEADS[name]).scores(QUERY, DOCUMENTS[1]) == pytest.approx(said[0].tolist(), abs=1e-5)


@pytest.mark.parametrize("tied", [True, False])
def test_qwen3_says_yes_or_no_as_a_language_model_would(loop, model, tied):
    made = {**WORDS, "tie_word_embeddings": tied}
    network, _ = load_language_model(model(**made))
    tokenizer = AutoTokenizer.from_pretrained(model(**made))
    body = f"<Instruct>: find it\n<Query>: {QUERY}\n<Document>: {DOCUMENTS[1]}"
    ids = [id for part in (BEFORE, body, AFTER) for id in tokenizer(part, add_special_tokens=False)["input_ids"]]
    logits = network(mx.array([ids]))[0, -1]
    no, yes = (logits[tokenizer.convert_tokens_to_ids(word)].item() for word in ("no", "yes"))
    ranker = loop(**made, options={**RERANK, "instruction": "find it"})
    (told,) = ranker.run(RerankRequest(query=QUERY, documents=(DOCUMENTS[1],)))
    assert told[0].value == pytest.approx(sigmoid(yes - no), abs=1e-4)
    assert told[0].tokens == len(ids)


def test_a_query_for_each_document(loop):
    ranker = loop(**HEADS["bert"])
    queries = ("which argument", "what error", "usage", "group")
    apart = [ranker.scores(query, document)[0] for query, document in zip(queries, DOCUMENTS, strict=True)]
    assert ranker.scores(queries, *DOCUMENTS) == pytest.approx(apart, abs=1e-5)
    vectors = loop("bert")
    apart = [vectors.scores(query, document)[0] for query, document in zip(queries, DOCUMENTS, strict=True)]
    assert vectors.scores(queries, *DOCUMENTS) == pytest.approx(apart, abs=1e-5)


def test_models_of_vectors_compare_them(loop):
    prompts = {"prompts": {"query": "find: ", "document": "text: "}, "default_prompt_name": None}
    made = loop("bert", files={"config_sentence_transformers.json": prompts})
    query, documents = made.vectors(QUERY, prompt="query"), made.vectors(*DOCUMENTS, prompt="document")
    assert made.scores(QUERY, *DOCUMENTS) == pytest.approx((documents @ query[0]).tolist(), abs=1e-5)


def test_a_reranker_makes_no_vectors_and_says_so(loop):
    with pytest.raises(BadRequest, match="/v1/rerank, and makes no vectors"):
        loop(**HEADS["bert"]).backend.prepare(EmbeddingRequest(inputs=("a",)))


def test_documents_that_are_too_long_are_refused_or_cut(loop):
    long = "usage " * 300
    with pytest.raises(BadRequest, match=r"documents.1 has 3\d\d tokens, and this model reads 128"):
        loop(**HEADS["bert"]).scores(QUERY, "a", long)
    for name, made, options in (("bert", HEADS["bert"], {}), ("words", WORDS, RERANK)):
        ranker = loop(**made, options={"truncate": True, **options})
        limit = ranker.info.context_length
        (told,) = ranker.run(RerankRequest(query=QUERY, documents=(long * 20,)))
        assert (told[0].tokens, name) == (limit, name)


def test_a_model_in_a_directory_that_is_called_a_reranker_is_one(model, loop, tmp_path):
    named = tmp_path / "Qwen3-Reranker"
    named.symlink_to(model(**WORDS))
    made = type(loop("bert"))(named)
    assert made.info.details["head"] == "qwen3words"
    assert type(made)(named, task="embedding").info.details["dimensions"] == 64


def test_what_is_no_reranker_is_refused(loop):
    with pytest.raises(MlxsError, match="has no head for reranking: its architecture is BertModel"):
        loop("bert", options=RERANK)
    with pytest.raises(MlxsError, match="sorts texts into 3 classes"):
        loop(**{**HEADS["bert"], "id2label": {"0": "", "1": "", "2": ""}})
