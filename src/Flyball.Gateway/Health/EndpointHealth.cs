namespace Flyball.Gateway.Health;

/// <summary>
/// What passive health knows of one endpoint. <see cref="IsEjected"/> is read by every request; the rest belongs to
/// <see cref="OutlierPolicy"/>.
/// </summary>
internal sealed class EndpointHealth
{
    private volatile bool isEjected;
    private volatile int failures;
    private volatile int serverErrors;

    public bool IsEjected => isEjected;

    /// <summary>Failures to connect or to get an answer, in a row.</summary>
    public int Failures { get => failures; set => failures = value; }

    /// <summary>Answers of 500 and above, in a row.</summary>
    public int ServerErrors { get => serverErrors; set => serverErrors = value; }

    /// <summary>
    /// True when it was ejected because it could not be reached, so that reaching it is the proof it is back.
    /// </summary>
    public bool WasUnreachable { get; private set; }

    /// <summary>Ejections so far without a long time of good health between.</summary>
    public int Ejections { get; set; }

    /// <summary>When it was last ejected, in the time provider's timestamps; 0 for never.</summary>
    public long EjectedAt { get; private set; }

    /// <summary>When it comes back by itself, in the time provider's timestamps.</summary>
    public long EjectedUntil { get; private set; }

    public void Eject(long now, long until, bool unreachable)
    {
        Ejections++;
        EjectedAt = now;
        EjectedUntil = until;
        WasUnreachable = unreachable;
        isEjected = true;
    }

    /// <summary>Lets it serve again; one more failure ejects it again, for longer.</summary>
    public void Reinstate(int failuresAllowed)
    {
        failures = Math.Max(0, failuresAllowed - 1);
        serverErrors = 0;
        isEjected = false;
    }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        failures = 0;
        serverErrors = 0;
        Ejections = 0;
        isEjected = false;
    }
}
