namespace Flyball.Autoscaling.Commands;

/// <summary>Files that a run writes at its end.</summary>
internal static class OutputFiles
{
    /// <summary>Tries whether it can be written, and leaves everything as it was.</summary>
    /// <exception cref="UsageException">It cannot; the message names the option.</exception>
    public static void Check(string? path, string option)
    {
        if (path is null)
            return;
        try
        {
            var isNew = !File.Exists(path);
            using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write))
            {
            }
            if (isNew)
                File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{option}: '{path}' cannot be written: {e.Message}");
        }
    }
}
