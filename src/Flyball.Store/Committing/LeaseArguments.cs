namespace Flyball.Store.Committing;

/// <summary>What a caller must not get wrong about a lease.</summary>
internal static class LeaseArguments
{
    public static void Check(string name, string holder, TimeSpan duration)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(holder);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
    }
}
