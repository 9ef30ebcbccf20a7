using Cronos;
using Flyball.Contracts.Autoscaling;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Scaling;

/// <summary><c>x-scale.schedules</c>: minimums from certain times on.</summary>
internal static class ScheduleSection
{
    private const string Example = "for example \"0 8 * * 1-5\"";

    public static IReadOnlyList<ScaleSchedule> Read(Field schedules, int? most)
    {
        var read = new List<ScaleSchedule>();
        foreach (Field field in ScaleText.ReadItems(schedules))
            if (ReadOne(field, most) is { } schedule) read.Add(schedule);
        return read;
    }

    private static ScaleSchedule? ReadOne(Field field, int? most)
    {
        if (field.IsScalar)
        {
            field.Error("a schedule is a mapping", "{ at: \"0 8 * * 1-5\", for: 10h, min: 6 }");
            return null;
        }
        foreach (string key in (ReadOnlySpan<string>)["at", "for", "min"])
            if (!field[key].Exists) field.Error($"needs {key}");
        string? cron = ReadCron(field["at"]);
        TimeSpan? length = ScaleText.ReadSpan(field["for"], TimeSpan.FromMinutes(1));
        int? min = field["min"].Int(1, ComposeLimits.ReplicasMax);
        if (min > most) field["min"].Error("is greater than max");
        string zone = ReadZone(field["zone"]);
        if (cron is null || length is not { } span || min is not { } least) return null;
        return new ScaleSchedule { Cron = cron, For = span, Min = least, TimeZone = zone };
    }

    private static string? ReadCron(Field field)
    {
        if (field.Word() is not { } text) return null;
        if (CronExpression.TryParse(text, out _)) return text;
        field.Error($"'{text}' is no cron expression of five fields", Example);
        return null;
    }

    private static string ReadZone(Field field)
    {
        if (field.Word() is not { } name) return "UTC";
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out _)) return name;
        field.Error($"there is no time zone '{name}'", "an IANA name such as Europe/Berlin");
        return "UTC";
    }
}
