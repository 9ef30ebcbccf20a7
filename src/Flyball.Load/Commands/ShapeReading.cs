using System.CommandLine;
using Flyball.Load.Arrivals;

namespace Flyball.Load.Commands;

/// <summary>Turns the options about the rate into its curve.</summary>
internal static class ShapeReading
{
    private static readonly TimeSpan LeastSpan = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostSpan = TimeSpan.FromDays(30);

    // More are a mistake of a unit, and their times no longer differ by a nanosecond's multiple.
    private const double CountMax = 1e10;

    /// <exception cref="UsageException">Options are wrong or do not go together.</exception>
    /// <exception cref="FormatException">The recorded load cannot be read.</exception>
    public static RateCurve Read(LoadArguments arguments, ParseResult parsed)
    {
        Option<string?>[] kinds = [arguments.Rate, arguments.Shape, arguments.Ramp, arguments.Steps, arguments.Sine];
        Option<string?>[] given = [.. kinds.Where(kind => parsed.GetValue(kind) is not null)];
        if (given.Length != 1)
            throw new UsageException(
                $"Say how many requests are due: one of {string.Join(", ", kinds.Select(kind => kind.Name))}.");
        Option<string?> kind = given[0];
        Only(arguments.Shape, arguments.Peak, arguments.Skip, arguments.Take);
        Only(arguments.Sine, arguments.Period);
        TimeSpan over = Span(arguments.Over) ?? TimeSpan.FromSeconds(30);
        RateCurve curve = Create(over, parsed.GetValue(kind)!);
        return curve.Count is > 0 and <= CountMax
            ? curve
            : throw new UsageException($"{kind.Name}: that is no request at all, or more than {CountMax:0}.");

        void Only(Option<string?> of, params Option<string?>[] options)
        {
            foreach (Option<string?> option in options)
                if (kind != of && parsed.GetValue(option) is not null)
                    throw new UsageException($"{option.Name} goes with {of.Name} only.");
        }

        TimeSpan? Span(Option<string?> option) => parsed.GetValue(option) is { } text
            ? OptionValues.Span(text, option.Name, option == arguments.Skip ? TimeSpan.Zero : LeastSpan,
                option == arguments.Skip || option == arguments.Take ? TimeSpan.FromDays(36_500) : MostSpan)
            : null;

        RateCurve Create(TimeSpan duration, string text)
        {
            if (kind == arguments.Rate) return RateCurve.Constant(OptionValues.Rate(text, kind.Name), duration);
            if (kind == arguments.Steps)
                return RateCurve.Steps(
                    [.. text.Split(',').Select(level => OptionValues.Rate(level, kind.Name, mayBeZero: true))],
                    duration);
            if (kind == arguments.Shape)
            {
                string peak = parsed.GetValue(arguments.Peak)
                    ?? throw new UsageException("--peak: say which rate the highest value of --shape is: 300/s.");
                RecordedShape recorded = RecordedShape.Read(text).Part(
                    Span(arguments.Skip) ?? TimeSpan.Zero, Span(arguments.Take));
                if (!(recorded.Values.Max() > 0))
                    throw new FormatException("--shape: that part of it is zero throughout.");
                return RateCurve.Recorded(
                    recorded.Values, OptionValues.Rate(peak, arguments.Peak.Name), duration);
            }

            (double from, double to) = OptionValues.Rates(text, kind.Name);
            return kind == arguments.Ramp
                ? RateCurve.Ramp(from, to, duration)
                : RateCurve.Sine(from, to, Span(arguments.Period) ?? TimeSpan.FromMinutes(1), duration);
        }
    }
}
