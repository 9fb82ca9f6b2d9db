-- How a camera is reached: 0 inside the RTSP connection, 1 by datagrams; and the SHA-256 of the certificate that a person
-- accepted for it (rtsps only).
ALTER TABLE camera ADD COLUMN transport INTEGER NOT NULL DEFAULT 0 CHECK (transport IN (0, 1));
ALTER TABLE camera ADD COLUMN certificate BLOB CHECK (length(certificate) = 32);
