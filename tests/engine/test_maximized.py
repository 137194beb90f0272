"""An objective that training makes large: the same steps as for its negative, and all rules the other way round."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnstudio.document import Part, Stop
from nnstudio.engine import check_gradients, gradients, train

LIKELIHOOD, ENTROPY = Part("log_likelihood"), Part("cross_entropy")


def test_the_log_likelihood_rises_by_the_steps_by_which_the_cross_entropy_falls(make) -> None:
    document, data, training = make.iris_like()
    training = replace(training, dtype="float64")
    down = train(document.network, document.parameters, replace(training, loss=ENTROPY), data)
    up = train(document.network, document.parameters, replace(training, loss=LIKELIHOOD), data)
    assert up.parameters.equals(down.parameters)
    for name in ("loss", "val_loss"):
        np.testing.assert_array_equal(up.series[name], -down.series[name])
    assert up.series["loss"][-1] > up.series["loss"][0]


def test_its_gradient_is_that_of_the_objective(make) -> None:
    document, data, _ = make.iris_like()
    X, Y = data.inputs, data.target_rows
    up = gradients(document.network, document.parameters, X, Y, LIKELIHOOD)
    down = gradients(document.network, document.parameters, X, Y, ENTROPY)
    for key, slope in up.weights.items():
        np.testing.assert_array_equal(slope, -down.weights[key])
    assert check_gradients(document.network, document.parameters, X, Y, LIKELIHOOD).error < 1e-6


def test_a_target_is_reached_from_below(make) -> None:
    document, data, training = make.iris_like()
    aim = replace(training, loss=LIKELIHOOD, epochs=500, stop=Stop("loss", target=-0.3))
    found = train(document.network, document.parameters, aim, data)
    assert found.reason == "target"
    assert found.series["loss"][-1] >= -0.3
    assert (found.series["loss"][:-1] < -0.3).all()


def test_patience_and_plateau_take_the_same_turns_as_for_the_negative(make) -> None:
    document, data, training = make.iris_like()
    training = replace(
        training,
        epochs=300,
        optimizer=Part.of("adam", learning_rate=0.05),
        schedule=Part.of("reduce_on_plateau", patience=2),
        stop=Stop(patience=25),
    )
    down = train(document.network, document.parameters, replace(training, loss=ENTROPY), data)
    up = train(document.network, document.parameters, replace(training, loss=LIKELIHOOD), data)
    assert up.reason == down.reason == "patience"
    assert up.epoch == down.epoch < 300
    assert up.parameters.equals(down.parameters)
    np.testing.assert_array_equal(up.series["learning_rate"], down.series["learning_rate"])
    assert up.series["learning_rate"][-1] < 0.05
