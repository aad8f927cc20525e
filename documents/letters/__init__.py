"""Official letters on paper: wording from the record, .docx after GB/T 9704-2012, and PDF by LibreOffice."""
