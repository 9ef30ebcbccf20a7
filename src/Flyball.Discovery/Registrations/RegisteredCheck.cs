namespace Flyball.Discovery.Registrations;

/// <summary>A check of a registered service or node, with its state as of the last transition.</summary>
internal sealed record RegisteredCheck
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string Notes { get; set; } = "";

    public required CheckStatus Status { get; init; }

    /// <summary>As of the last transition; the newest is in memory only.</summary>
    public string Output { get; set; } = "";

    public CheckSpec Spec { get; set; } = new();

    /// <summary>Since when it is critical; null when it is not.</summary>
    public long? CriticalSinceUnixMs { get; init; }

    /// <summary>The check in another state; since when it is critical goes with it.</summary>
    public RegisteredCheck With(CheckStatus status, string output, long nowUnixMs) => this with
    {
        Status = status,
        Output = output,
        CriticalSinceUnixMs = status != CheckStatus.Critical ? null
            : Status == CheckStatus.Critical ? CriticalSinceUnixMs ?? nowUnixMs : nowUnixMs,
    };
}
