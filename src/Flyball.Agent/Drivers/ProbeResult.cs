namespace Flyball.Agent.Drivers;

/// <summary>What one probe found; the message says why when it failed.</summary>
internal sealed record ProbeResult(bool Passed, string Message = "")
{
    public static readonly ProbeResult Ok = new(true);
}
