"""malsori (말소리): train models that hear how something is said and read what is said."""

__version__ = "0.1.0"
