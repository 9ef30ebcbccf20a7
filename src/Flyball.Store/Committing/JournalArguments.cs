using Flyball.Base.Resources;

namespace Flyball.Store.Committing;

/// <summary>What a caller must not get wrong about the journal.</summary>
internal static class JournalArguments
{
    private const int LimitMax = 10_000;

    public static void Check(JournalQuery query)
    {
        CheckTable(query.Table);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, LimitMax);
    }

    public static void CheckTable(string table)
    {
        if (!TransactionSize.IsTable(table))
            throw new ArgumentException($"There is no journal table '{table}'.", nameof(table));
    }
}
