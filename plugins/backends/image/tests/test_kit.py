"""What the published kit asks of every backend, in the process it lives in."""

from __future__ import annotations

import pytest
import tiny
from drawings import file, noise

from mlxs.catalog import Catalog
from mlxs.plugins import Plugins
from mlxs.specs import BackendSpec
from mlxs.tasks.image import ImageEditRequest, ImageRequest
from mlxs.testing import BackendKit

COMMON = {"prompt": "a red cat", "width": 32, "height": 32, "steps": 3}


class TinyKit(BackendKit):
    @pytest.fixture(scope="class")
    @classmethod
    def spec(cls) -> BackendSpec:
        plugins = Plugins()
        plugins.add(tiny, name="tiny")
        return Catalog(plugins).backends.find(cls.backend)


class TestGeneration(TinyKit):
    backend = "tiny-generation"
    requests = {
        "image": ImageRequest(**COMMON),
        "image-edit": ImageEditRequest(**COMMON, images=(file(noise(0)),)),
    }

    @pytest.fixture(scope="class")
    @classmethod
    def options(cls, klein):
        return {"model_path": str(klein), "config_name": "flux2-klein-4b"}


class TestEdit(TinyKit):
    backend = "tiny-edit"
    requests = {"image-edit": ImageEditRequest(**COMMON, images=(file(noise(0)), file(noise(1))))}

    @pytest.fixture(scope="class")
    @classmethod
    def options(cls, klein):
        return {"model_path": str(klein), "config_name": "flux2-klein-edit-4b"}
