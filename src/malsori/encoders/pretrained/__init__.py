"""Models of the transformers library as encoders: loaded, run fast, tuned. Imported lazily."""
