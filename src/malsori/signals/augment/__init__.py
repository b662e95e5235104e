"""What a recording might have sounded like elsewhere: transforms of waveforms, one a file."""
