using System.Globalization;

namespace Flyball.Agent.Logs;

/// <summary>
/// The rotated log files of one allocation in their directory: <c>00000001.log</c> and on, oldest first.
/// </summary>
internal static class LogFileSet
{
    public static string PathOf(string directory, int number) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{number:D8}.log"));

    /// <summary>The numbers that exist, ascending; empty when the directory is gone.</summary>
    public static List<int> Numbers(string directory)
    {
        var numbers = new List<int>();
        if (!Directory.Exists(directory)) return numbers;
        foreach (string path in Directory.EnumerateFiles(directory, "*.log"))
        {
            if (int.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), CultureInfo.InvariantCulture,
                out int number)) numbers.Add(number);
        }

        numbers.Sort();
        return numbers;
    }
}
