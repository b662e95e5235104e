"""How the losses of several tasks become one step; works in anybody's training loop.

Three parts follow one another. A *weighting* mends the magnitudes of the tasks. A *solver* mends
their directions, from the K×K Gramian of the tasks' gradients alone. An *engine* makes that
Gramian and takes the step. The `GradMonitor` watches, and changes nothing.
"""
