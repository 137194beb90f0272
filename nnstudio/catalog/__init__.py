"""What exists: one file for each activation, loss, optimizer, schedule, initializer, wiring, metric and generator."""

from nnstudio.catalog.activation import Activation
from nnstudio.catalog.entry import Catalog, Entry, Setting, UnknownPart
from nnstudio.catalog.generator import Generator
from nnstudio.catalog.initializer import Initializer
from nnstudio.catalog.loss import Loss
from nnstudio.catalog.metric import Metric
from nnstudio.catalog.normalization import Normalization
from nnstudio.catalog.optimizer import Optimizer
from nnstudio.catalog.own import Own
from nnstudio.catalog.schedule import Schedule
from nnstudio.catalog.wiring import Wiring

activations: Catalog[Activation] = Catalog("nnstudio.catalog.activations", "activation")
losses: Catalog[Loss] = Catalog("nnstudio.catalog.losses", "loss")
optimizers: Catalog[Optimizer] = Catalog("nnstudio.catalog.optimizers", "optimizer")
initializers: Catalog[Initializer] = Catalog("nnstudio.catalog.initializers", "initializer")
schedules: Catalog[Schedule] = Catalog("nnstudio.catalog.schedules", "schedule")
wirings: Catalog[Wiring] = Catalog("nnstudio.catalog.wirings", "wiring")
normalizations: Catalog[Normalization] = Catalog("nnstudio.catalog.normalizations", "normalization")
metrics: Catalog[Metric] = Catalog("nnstudio.catalog.metrics", "metric")
generators: Catalog[Generator] = Catalog("nnstudio.catalog.generators", "generator")

__all__ = [
    "Activation",
    "Catalog",
    "Entry",
    "Generator",
    "Initializer",
    "Loss",
    "Metric",
    "Normalization",
    "Optimizer",
    "Own",
    "Schedule",
    "Setting",
    "UnknownPart",
    "Wiring",
    "activations",
    "generators",
    "initializers",
    "losses",
    "metrics",
    "normalizations",
    "optimizers",
    "schedules",
    "wirings",
]
