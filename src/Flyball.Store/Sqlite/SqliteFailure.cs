using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Flyball.Store.Sqlite;

/// <summary>What an error of SQLite means for the store.</summary>
internal enum SqliteFailureKind
{
    /// <summary>The disk cannot take writes now; it may recover.</summary>
    Unavailable,

    /// <summary>The file is damaged: nothing read from it can be trusted.</summary>
    Corrupt,

    /// <summary>A statement of ours is wrong.</summary>
    Bug,
}

internal static class SqliteFailure
{
    public static SqliteFailureKind Kind(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_CANTOPEN
            or raw.SQLITE_READONLY or raw.SQLITE_NOMEM or raw.SQLITE_PERM or raw.SQLITE_AUTH
            or raw.SQLITE_INTERRUPT => SqliteFailureKind.Unavailable,
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_FORMAT => SqliteFailureKind.Corrupt,
        _ => SqliteFailureKind.Bug,
    };

    /// <summary>For the one who asks why a write was not taken.</summary>
    public static string Reason(SqliteException error) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => "The disk of the store is full.",
        raw.SQLITE_IOERR =>
            $"The disk of the store failed: {error.Message} (extended code {error.SqliteExtendedErrorCode}).",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "Another process holds the store's database.",
        raw.SQLITE_READONLY => "The store's database may not be written.",
        _ => error.Message,
    };
}
