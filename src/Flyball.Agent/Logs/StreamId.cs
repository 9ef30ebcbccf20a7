using System.Globalization;

namespace Flyball.Agent.Logs;

/// <summary>One raw file: the standard output or error of one attempt, written by the task itself.</summary>
internal readonly record struct StreamId(int Attempt, bool IsError) : IComparable<StreamId>
{
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Attempt}.{(IsError ? "err" : "out")}");

    public static bool TryParse(string fileName, out StreamId id)
    {
        id = default;
        bool isError = fileName.EndsWith(".err", StringComparison.Ordinal);
        if (!isError && !fileName.EndsWith(".out", StringComparison.Ordinal)) return false;
        if (!int.TryParse(fileName.AsSpan(0, fileName.Length - 4), CultureInfo.InvariantCulture, out int attempt))
            return false;
        id = new StreamId(attempt, isError);
        return true;
    }

    public int CompareTo(StreamId other) =>
        Attempt != other.Attempt ? Attempt.CompareTo(other.Attempt) : IsError.CompareTo(other.IsError);
}
