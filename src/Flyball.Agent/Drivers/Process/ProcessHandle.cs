using System.Globalization;

namespace Flyball.Agent.Drivers.Process;

/// <summary>
/// What finds a process task again: the task and its supervisor, the attempt, and the boot they belong to.
/// </summary>
internal sealed record ProcessHandle(int Attempt, ProcessIdentity Task, ProcessIdentity Supervisor, string BootId)
{
    public TaskHandle ToTaskHandle() => new(
        Task.Pid.ToString(CultureInfo.InvariantCulture),
        string.Create(
            CultureInfo.InvariantCulture,
            $"1 {Attempt} {Task.Pid} {Task.StartTicks} {Supervisor.Pid} {Supervisor.StartTicks} {BootId}"));

    /// <exception cref="FormatException">BUG: a handle of another driver or format.</exception>
    public static ProcessHandle Parse(TaskHandle handle)
    {
        string[] parts = handle.Data.Split(' ');
        if (parts.Length != 7 || parts[0] != "1")
            throw new FormatException($"BUG: not a process handle: {handle.Data}");
        CultureInfo c = CultureInfo.InvariantCulture;
        return new ProcessHandle(
            int.Parse(parts[1], c),
            new ProcessIdentity(int.Parse(parts[2], c), long.Parse(parts[3], c)),
            new ProcessIdentity(int.Parse(parts[4], c), long.Parse(parts[5], c)),
            parts[6]);
    }

    /// <summary>This boot of the machine: process ids and start times begin anew with each.</summary>
    public static string CurrentBootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}
