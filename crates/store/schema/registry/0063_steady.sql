-- What seldom changes and every decision at the door reads whole: camera groups, what units decided for themselves, takeovers. The token is
-- drawn anew with each change of them, so that it names their content: whoever holds what was read under the same token holds what is there.
-- Drawn, and not counted up: a change that is taken back must not leave its number to the next one.
CREATE TABLE steady (
    one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    token INTEGER NOT NULL
) STRICT;
INSERT INTO steady (one, token) VALUES (1, random());

CREATE TRIGGER steady_group_added AFTER INSERT ON camera_group BEGIN UPDATE steady SET token = random(); END;
CREATE TRIGGER steady_group_changed AFTER UPDATE ON camera_group BEGIN UPDATE steady SET token = random(); END;
CREATE TRIGGER steady_group_removed AFTER DELETE ON camera_group BEGIN UPDATE steady SET token = random(); END;
CREATE TRIGGER steady_adoption_added AFTER INSERT ON adoption BEGIN UPDATE steady SET token = random(); END;
CREATE TRIGGER steady_adoption_changed AFTER UPDATE ON adoption BEGIN UPDATE steady SET token = random(); END;
CREATE TRIGGER steady_adoption_removed AFTER DELETE ON adoption BEGIN UPDATE steady SET token = random(); END;
CREATE TRIGGER steady_override_added AFTER INSERT ON override BEGIN UPDATE steady SET token = random(); END;
CREATE TRIGGER steady_override_changed AFTER UPDATE ON override BEGIN UPDATE steady SET token = random(); END;
CREATE TRIGGER steady_override_removed AFTER DELETE ON override BEGIN UPDATE steady SET token = random(); END;
CREATE TRIGGER steady_takeover_added AFTER INSERT ON takeover BEGIN UPDATE steady SET token = random(); END;
CREATE TRIGGER steady_takeover_changed AFTER UPDATE ON takeover BEGIN UPDATE steady SET token = random(); END;
CREATE TRIGGER steady_takeover_removed AFTER DELETE ON takeover BEGIN UPDATE steady SET token = random(); END;
CREATE TRIGGER steady_officer_added AFTER INSERT ON takeover_officer BEGIN UPDATE steady SET token = random(); END;
CREATE TRIGGER steady_officer_changed AFTER UPDATE ON takeover_officer BEGIN UPDATE steady SET token = random(); END;
CREATE TRIGGER steady_officer_removed AFTER DELETE ON takeover_officer BEGIN UPDATE steady SET token = random(); END;
