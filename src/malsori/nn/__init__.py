"""The network: tokens of several modalities become answers to several tasks.

A *fusion* makes one or several views of the tokens. A *sharing* says which parameters the tasks
have in common and where they part. A *head* answers one task. `Model` composes them.
"""
