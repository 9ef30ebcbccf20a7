using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>
/// The result of one histogram, whose labels may depend on the quantile at the step: one column for each labels.
/// </summary>
internal sealed class RelabelledOutput(
    Labels labels, bool dropsName, StepGrid grid, Func<Labels, double, Labels> relabel, QueryState state)
{
    private readonly List<Column> columns = [];
    private Column? current;
    private double currentKey = Column.Absent;

    public void Set(int step, double key, double value)
    {
        if (current is null || BitConverter.DoubleToInt64Bits(key) != BitConverter.DoubleToInt64Bits(currentKey))
        {
            Labels wanted = relabel(labels, key);
            current = columns.Find(column => column.Labels.Equals(wanted));
            if (current is null) columns.Add(current = state.NewColumn(wanted, grid.Count));
            currentKey = key;
        }

        current.Values[step] = value;
    }

    public void AddTo(List<Column> results)
    {
        foreach (Column column in columns)
        {
            column.DropsName = dropsName;
            state.DropName(column);
            results.Add(column);
        }
    }
}
