using Microsoft.Extensions.Options;

namespace Flyball.Store.Sqlite;

/// <summary>Collects every problem of the options and names each key.</summary>
internal sealed class SqliteStoreOptionsValidator : IValidateOptions<SqliteStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, SqliteStoreOptions options)
    {
        string[] problems = [.. Problems(options), .. options.Limits.Problems().Select(problem => $"Limits.{problem}")];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(SqliteStoreOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Directory))
            yield return $"{nameof(options.Directory)} must name a directory.";
        if (options.QueueTransactionsMax < 1)
            yield return $"{nameof(options.QueueTransactionsMax)} must be at least 1.";
        if (options.QueueBytesMax < options.Limits.TransactionBytesMax)
        {
            yield return $"{nameof(options.QueueBytesMax)} must hold one transaction of "
                + $"{nameof(StoreLimits.TransactionBytesMax)}.";
        }

        if (options.GroupTransactionsMax < 1)
            yield return $"{nameof(options.GroupTransactionsMax)} must be at least 1.";
        if (options.GroupBytesMax < 1) yield return $"{nameof(options.GroupBytesMax)} must be at least 1.";
        if (options.PageBytes is < 512 or > 65_536 || !int.IsPow2(options.PageBytes))
            yield return $"{nameof(options.PageBytes)} must be a power of two from 512 to 65,536.";
        if (options.CacheKiB < 256) yield return $"{nameof(options.CacheKiB)} must be at least 256.";
        if (options.CheckpointPages < 16) yield return $"{nameof(options.CheckpointPages)} must be at least 16.";
        if (options.CheckpointPagesMax < options.CheckpointPages)
            yield return $"{nameof(options.CheckpointPagesMax)} must be at least {nameof(options.CheckpointPages)}.";
        if (options.BusyTimeout < TimeSpan.Zero || options.BusyTimeout > TimeSpan.FromMinutes(1))
            yield return $"{nameof(options.BusyTimeout)} must be from 0 to 1 minute.";
        if (options.ChangesKept < 1) yield return $"{nameof(options.ChangesKept)} must be at least 1.";
        if (options.ChangesKeptBytes < 1) yield return $"{nameof(options.ChangesKeptBytes)} must be at least 1.";
        if (options.JournalKept <= TimeSpan.Zero) yield return $"{nameof(options.JournalKept)} must be positive.";
        if (options.JournalRowsKept < 1) yield return $"{nameof(options.JournalRowsKept)} must be at least 1.";
        if (options.HousekeepingInterval < TimeSpan.FromSeconds(1))
            yield return $"{nameof(options.HousekeepingInterval)} must be at least 1 second.";
    }
}
