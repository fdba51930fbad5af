"""The FSPIOP API's own vocabulary: media types, headers, errors, amounts, dates, validation. Transport is not here."""
