"""How gradients move weights, one file each."""

ORDER = ("sgd", "adam", "adamw", "nadam", "adamax", "rmsprop", "adagrad", "adadelta", "lion", "rprop", "lbfgs")
