using Flyball.Metrics.Model;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>Orders strings with numbers in them as people do: <c>a2</c> before <c>a10</c>.</summary>
internal static class NaturalOrder
{
    /// <summary>Runs of digits compare as numbers, other runs by bytes; what ends first is less.</summary>
    public static bool IsLess(string left, string right)
    {
        int a = 0, b = 0;
        while (a < left.Length)
        {
            if (b >= right.Length) return false;
            ReadOnlySpan<char> runA = TakeRun(left, ref a), runB = TakeRun(right, ref b);
            bool areNumbers = long.TryParse(runA, out long numberA) & long.TryParse(runB, out long numberB);
            int order = areNumbers && char.IsAsciiDigit(runA[0]) && char.IsAsciiDigit(runB[0])
                ? numberA.CompareTo(numberB)
                : ByteOrder.Compare(runA, runB);
            if (order != 0) return order < 0;
            if (a >= left.Length) return true;
        }

        return false;
    }

    private static ReadOnlySpan<char> TakeRun(string text, ref int at)
    {
        int start = at;
        bool isDigits = char.IsAsciiDigit(text[at]);
        while (at < text.Length && char.IsAsciiDigit(text[at]) == isDigits) at++;
        return text.AsSpan(start, at - start);
    }
}
