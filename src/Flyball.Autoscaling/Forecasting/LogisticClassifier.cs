namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// An online multinomial logistic regression (two classes make the usual one) by AdaGrad, calibrated by a learnt
/// temperature, with its Brier score over the recent past.
/// </summary>
internal sealed class LogisticClassifier
{
    private const double Rate = 0.05;
    private const double TemperatureRate = 0.002;
    private const double BrierMemory = 1.0 / 5760;

    private readonly int features;
    private readonly double[] weights;
    private readonly double[] power;
    private readonly double[] chances;
    private double logTemperature;
    private long seen;

    public LogisticClassifier(int features, int classes)
    {
        this.features = features;
        weights = new double[classes * features];
        power = new double[classes * features];
        chances = new double[classes];
        Array.Fill(power, 1.0);
    }

    /// <summary>
    /// Mean squared distance of the chances from what happened, over about a day: 0 is perfect, 2 the worst. NaN
    /// before the first outcome.
    /// </summary>
    public double Brier { get; private set; } = double.NaN;

    /// <summary>The chance of each class. The span is valid until the next call.</summary>
    public ReadOnlySpan<double> Classify(ReadOnlySpan<double> example)
    {
        var sharpness = Math.Exp(-logTemperature);
        var highest = double.NegativeInfinity;
        for (var k = 0; k < chances.Length; k++)
            highest = Math.Max(highest, chances[k] = sharpness * Score(k, example));
        var total = 0.0;
        for (var k = 0; k < chances.Length; k++)
            total += chances[k] = Math.Exp(chances[k] - highest);
        for (var k = 0; k < chances.Length; k++)
            chances[k] /= total;
        return chances;
    }

    /// <summary>Learns that <paramref name="example"/> turned out to be of class <paramref name="outcome"/>.</summary>
    public void Learn(ReadOnlySpan<double> example, int outcome)
    {
        Classify(example);
        double squares = 0, agreement = 0;
        for (var k = 0; k < chances.Length; k++)
        {
            var error = chances[k] - (k == outcome ? 1 : 0);
            squares += error * error;
            agreement += error * Score(k, example);
            for (var i = 0; i < features; i++)
            {
                var slope = error * example[i];
                var at = k * features + i;
                power[at] += slope * slope;
                weights[at] -= Rate * slope / Math.Sqrt(power[at]);
            }
        }
        // Gradient of the log loss in the log temperature: hotter when the scores were too sure.
        logTemperature = Math.Clamp(logTemperature + TemperatureRate * Math.Clamp(agreement, -1, 1), -1, 1);
        seen++;
        Brier = seen == 1 ? squares : Brier + Math.Max(BrierMemory, 1.0 / seen) * (squares - Brier);
    }

    private double Score(int k, ReadOnlySpan<double> example)
    {
        var sum = 0.0;
        for (var i = 0; i < features; i++)
            sum += weights[k * features + i] * example[i];
        return sum;
    }
}
