using System.Globalization;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Drivers.Process;

/// <summary>
/// The files of one process allocation: <c>run/{attempt}/</c> for the supervisor, <c>work/</c> for the task.
/// </summary>
internal sealed class TaskFiles(TaskContext task)
{
    public string Work { get; } = Path.Combine(task.Directory, "work");

    /// <summary>Where configs and secrets of a process stand; the task finds it as <c>FLYBALL_FILES</c>.</summary>
    public string Content { get; } = Path.Combine(task.Directory, "files");

    public string WorkingDirectory => task.Spec.WorkingDirectory ?? Work;

    public string Run(int attempt) =>
        Path.Combine(task.Directory, "run", attempt.ToString(CultureInfo.InvariantCulture));

    /// <summary>The process id of the task; null until it was written.</summary>
    public int? TaskPid(int attempt) => Number(Path.Combine(Run(attempt), "pid"));

    public int? SupervisorPid(int attempt) => Number(Path.Combine(Run(attempt), "supervisor"));

    public int? ExitCode(int attempt) => Number(Path.Combine(Run(attempt), "exit"));

    /// <summary>An empty run directory for an attempt.</summary>
    public string BeginRun(int attempt)
    {
        string run = Run(attempt);
        if (Directory.Exists(run)) Directory.Delete(run, recursive: true);
        Directory.CreateDirectory(run);
        Directory.CreateDirectory(Work);
        return run;
    }

    /// <summary>
    /// Writes configs and secrets with their modes, below <see cref="Content"/> at their target's path.
    /// </summary>
    public void WriteContent()
    {
        foreach (MountSpec mount in task.Spec.Mounts.Where(m => m.Kind == MountKind.Content))
        {
            string path = Path.Combine(Content, mount.Target.TrimStart('/'));
            if (!Path.GetFullPath(path).StartsWith(Content + "/", StringComparison.Ordinal)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Delete(path);
            var options = new FileStreamOptions
                { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = (UnixFileMode)mount.Mode };
            using var file = new FileStream(path, options);
            file.Write(Convert.FromBase64String(mount.ContentBase64 ?? ""));
        }
    }

    /// <summary>A number and its line end: without the end it is still being written.</summary>
    private static int? Number(string path)
    {
        try
        {
            string text = File.ReadAllText(path);
            return text.EndsWith('\n')
                && int.TryParse(text.AsSpan().Trim(), CultureInfo.InvariantCulture, out int value) ? value : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
