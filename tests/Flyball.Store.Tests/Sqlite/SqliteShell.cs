using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Flyball.Store.Tests.Sqlite;

/// <summary>Somebody at the store's database with a SQLite shell.</summary>
internal sealed class SqliteShell : IDisposable
{
    private readonly SqliteConnection connection;

    public SqliteShell(string database)
    {
        connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
    }

    public async Task ExecuteAsync(string sql)
    {
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public long Scalar(string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public void Dispose() => connection.Dispose();
}
