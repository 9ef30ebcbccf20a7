namespace Flyball.Store.Sqlite;

/// <summary>Decides when the writer's page cache is given back: after many writes, once there are few. Pure.</summary>
internal sealed class QuietPages
{
    /// <summary>Between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Transactions between two looks: a platform at rest has fewer.</summary>
    private const long QuietMax = 100;

    /// <summary>Transactions since pages were given back: fewer have filled little.</summary>
    private const long WorthMin = 1_000;

    private long last;
    private long released;

    /// <param name="revision">Of the transaction written last.</param>
    public bool AreIdle(long revision)
    {
        bool isQuiet = revision - last <= QuietMax;
        last = revision;
        if (!isQuiet || revision - released < WorthMin) return false;
        released = revision;
        return true;
    }
}
