"""SQL, and nothing but SQL: functions that take a Db and return structs."""
