namespace Flyball.Autoscaling.Tests.Backtesting;

/// <summary>Loads that nobody tuned for, one value a tick of 15 s, from a fixed seed.</summary>
internal static class SyntheticLoad
{
    public static double[] Create(string kind, int days)
    {
        var random = new Random(11);
        var loads = new double[days * 5760];
        var minute = 10.0;
        for (var i = 0; i < loads.Length; i++)
        {
            if (i % 4 == 0)
                minute = kind switch
                {
                    "white noise" => Math.Max(0.5, 10 + 3 * Normal(random)),
                    "single bursts" => 10 + 0.3 * Normal(random) + (i % 4111 < 60 ? 20 : 0),
                    "one burst" => 10 * (1 + 0.02 * Normal(random)) + (i / 240 == loads.Length * 3 / 4 / 240 ? 40 : 0),
                    "ramps" => 6 + 12 * (i % 1900 / 1900.0) + 0.5 * Normal(random),
                    "regime changes" =>
                        (i / 3000 % 3 + 1) * 6 * (1 + (i / 9000 % 2 == 0 ? 0.03 : 0.25) * Normal(random)),
                    _ => throw new ArgumentOutOfRangeException(nameof(kind)),
                };
            loads[i] = Math.Max(0.3, minute);
        }
        return loads;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
