"""How a model is spoken with, inferred from what its chat template makes of calls and thoughts.

The model's process renders the conversations of `probes` (`TextBackend.probes`), which differ in one
thing each; from the differences the server makes a parser of the shared formats. One that does not
read the template's own calls back, cut anywhere, is not chosen.
"""

from .calls import calls, objects_fit
from .spoken import Inferred
from .thoughts import thoughts

__all__ = ["Inferred", "calls", "objects_fit", "thoughts"]
