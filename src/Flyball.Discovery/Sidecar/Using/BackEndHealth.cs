namespace Flyball.Discovery.Sidecar.Using;

/// <summary>
/// What the connections themselves show: who fails several times in a row is left out for a while, and let in again by
/// one connection that tries. Written under the set's lock.
/// </summary>
internal sealed class BackEndHealth
{
    private long leftOutUntil;
    private int isTried;
    private volatile bool isLeftOut;

    public int Failures { get; set; }

    /// <summary>Times in a row that it was left out.</summary>
    public int Ejections { get; set; }

    public bool IsLeftOut => isLeftOut;

    /// <summary>
    /// False while it is left out; when the time is over true for one caller, who must tell how it went.
    /// </summary>
    public bool Admits(long now) =>
        !isLeftOut || (now >= Volatile.Read(ref leftOutUntil) && Interlocked.Exchange(ref isTried, 1) == 0);

    public void LeaveOut(long until)
    {
        Volatile.Write(ref leftOutUntil, until);
        Volatile.Write(ref isTried, 0);
        isLeftOut = true;
    }

    /// <summary>It works, or the catalogue has seen it work since.</summary>
    public void Reset()
    {
        isLeftOut = false;
        Failures = 0;
        Ejections = 0;
        Volatile.Write(ref isTried, 0);
    }

    /// <summary>Whoever was to try it did not get that far.</summary>
    public void NotTried() => Volatile.Write(ref isTried, 0);
}
