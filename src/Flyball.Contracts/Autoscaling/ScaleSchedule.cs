namespace Flyball.Contracts.Autoscaling;

/// <summary>A minimum that holds for a while from certain times on.</summary>
public sealed record ScaleSchedule
{
    /// <summary>Five fields of cron: minute, hour, day of the month, month, day of the week.</summary>
    public required string Cron { get; init; }

    public required TimeSpan For { get; init; }

    public required int Min { get; init; }

    /// <summary>An IANA name such as <c>Europe/Berlin</c>.</summary>
    public string TimeZone { get; set; } = "UTC";
}
