"""What the eldercare room decides without asking anybody: values in, values or a refusal out."""
