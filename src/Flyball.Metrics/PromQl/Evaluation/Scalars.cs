namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>A scalar expression over all steps: one constant, or a value a step.</summary>
internal readonly struct Scalars
{
    private readonly double constant;
    private readonly double[]? values;

    public Scalars(double constant) => this.constant = constant;

    public Scalars(double[] values) => this.values = values;

    public bool IsConstant => values is null;

    public double this[int step] => values is null ? constant : values[step];
}
