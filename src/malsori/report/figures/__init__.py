"""The figures of a report, each one SVG that sits in a page with a light or a dark theme.

Every function returns one `<svg>` element without ids, style sheets or scripts; text and axes take
the colour of the page's text, and the colours of data are told apart on white and on near-black.
`width` redraws it for another screen, with text of the same size: `WIDE` by default, or `NARROW`.
"""
