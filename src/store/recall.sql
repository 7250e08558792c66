-- What recall.c holds good for as long as it is the same: how often an administrator changed anything.

-- version :one
SELECT n FROM counter WHERE name = 'admin';
