using Cronos;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Deciding;

/// <summary>A schedule of a policy, ready to be asked.</summary>
internal sealed class ScheduledMinimum
{
    private readonly ScaleSchedule schedule;
    private readonly CronExpression cron;
    private readonly TimeZoneInfo zone;

    /// <exception cref="CronFormatException">The store holds what no compiler lets through.</exception>
    public ScheduledMinimum(ScaleSchedule schedule)
    {
        this.schedule = schedule;
        cron = CronExpression.Parse(schedule.Cron);
        // A zone that this machine does not know, though the one that applied the policy did, is read as UTC.
        zone = TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out var known) ? known : TimeZoneInfo.Utc;
    }

    /// <summary>The minimum in force; 0 when none is.</summary>
    public int At(DateTimeOffset now) =>
        cron.GetNextOccurrence(now - schedule.For, zone) is { } begin && begin <= now ? schedule.Min : 0;
}
