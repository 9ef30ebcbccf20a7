using System.Globalization;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>deploy.resources</c> and the older keys for the same, <c>shm_size</c> and <c>ulimits</c>.</summary>
internal static class ResourceSection
{
    private static readonly string[] UlimitNames =
    [
        "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
        "rttime", "sigpending", "stack",
    ];

    public static ResourceLimits Read(Field service)
    {
        Field limits = service["deploy"]["resources"]["limits"];
        Field reservations = service["deploy"]["resources"]["reservations"];
        var read = new ResourceLimits
        {
            CpuLimit = One(limits["cpus"], service["cpus"], Cpus),
            MemoryLimitBytes = One(limits["memory"], service["mem_limit"], Memory),
            CpuReservation = Cpus(reservations["cpus"]),
            MemoryReservationBytes = One(reservations["memory"], service["mem_reservation"], Memory),
            PidsLimit = One(limits["pids"], service["pids_limit"], Pids),
            ShmSizeBytes = Memory(service["shm_size"]),
            Ulimits = Ulimits(service["ulimits"]),
        };
        if (read.CpuReservation > read.CpuLimit)
            reservations["cpus"].Error("more CPU is reserved than the limit allows");
        if (read.MemoryReservationBytes > read.MemoryLimitBytes)
            reservations.Error("more memory is reserved than the limit allows");
        return read;
    }

    // Compose allows the newer and the older key together only when they say the same.
    private static T? One<T>(Field newer, Field older, Func<Field, T?> read) where T : struct
    {
        T? first = read(newer);
        T? second = read(older);
        if (first is not null && second is not null && !first.Equals(second))
            older.Error($"differs from {newer.Path}", "keep one of the two");
        return first ?? second;
    }

    // As in Docker, 0 means no limit.
    private static double? Cpus(Field field) => field.Number() is > 0 and var cpus ? cpus : null;

    private static long? Memory(Field field) => field.Bytes() is > 0 and var bytes ? bytes : null;

    private static int? Pids(Field field)
    {
        if (field.Int(-1, 4_194_304) is not { } pids) return null;
        if (pids > 0) return pids;
        field.Warn("there is always a bound: the default of 4,096 holds");
        return null;
    }

    private static SortedDictionary<string, string> Ulimits(Field field)
    {
        SortedDictionary<string, string> ulimits = new(StringComparer.Ordinal);
        foreach ((string name, Field value) in field.Entries())
        {
            if (!UlimitNames.Contains(name)) value.Error($"'{name}' is no ulimit", Nearest.Hint(name, UlimitNames));
            Field soft = value.IsScalar ? value : value["soft"];
            Field hard = value.IsScalar ? value : value["hard"];
            int? low = soft.Int(-1, int.MaxValue) ?? hard.Int(-1, int.MaxValue);
            int? high = hard.Int(-1, int.MaxValue) ?? low;
            if (!soft.Exists && !hard.Exists) value.Error("must be a number, or have soft and hard");
            if (high != -1 && (low > high || low == -1)) value.Error("the soft limit is above the hard one");
            if (low is not null) ulimits[name] = string.Create(CultureInfo.InvariantCulture, $"{low}:{high}");
        }
        return ulimits;
    }
}
