"""What a recogniser might have written instead: corruptions of transcripts, one a file."""
