using System.Numerics;
using Flyball.Base.Codecs;

namespace Flyball.Metrics.Storage.Chunks;

/// <summary>
/// Writes columns of integers: tries each <see cref="Predictor"/>, counts the exact bits, writes the smallest. Holds
/// scratch memory, so one thread at a time.
/// </summary>
internal sealed class IntegerColumnEncoder
{
    /// <summary>Slopes beyond this would overflow the line's fixed point.</summary>
    private const long LineSlopeMax = 1L << 30;

    private ulong[] _candidate = new ulong[512];
    private ulong[] _best = new ulong[512];

    /// <summary>Appends the column.</summary>
    public void Encode(ReadOnlySpan<long> values, ByteBuffer destination)
    {
        if (values.IsEmpty)
        {
            destination.Bytes([0, 0]);
            return;
        }

        if (_best.Length < values.Length) (_candidate, _best) = (new ulong[values.Length], new ulong[values.Length]);
        Choice best = Evaluate(values, Predictor.Level, default);
        for (Predictor predictor = Predictor.Line; predictor <= Predictor.Drift && best.Bits > 0; predictor++)
            best = Evaluate(values, predictor, best);
        Write(best, values.Length, destination);
    }

    private static long First(ReadOnlySpan<long> values, Predictor predictor) =>
        predictor == Predictor.Level ? Middle(values) : values[0];

    private static long Middle(ReadOnlySpan<long> values)
    {
        long sum = 0;
        foreach (long value in values) sum = unchecked(sum + (value - values[0]));
        return unchecked(values[0] + (sum / values.Length));
    }

    private static long Slope(ReadOnlySpan<long> values, Predictor predictor)
    {
        if (values.Length < 2) return 0;
        long rise = unchecked(values[^1] - values[0]);
        int steps = values.Length - 1;
        return predictor switch
        {
            Predictor.Line when Math.Abs(rise / steps) < LineSlopeMax =>
                (long)(((Int128)rise << IntegerColumn.SlopeShift) / steps),
            Predictor.Step => rise / steps,
            Predictor.Drift => unchecked(values[1] - values[0]),
            _ => 0,
        };
    }

    private Choice Evaluate(ReadOnlySpan<long> values, Predictor predictor, Choice best)
    {
        long first = First(values, predictor);
        long slope = Slope(values, predictor);
        int count = values.Length - IntegerColumn.Skipped(predictor);
        Residuals(values, predictor, first, slope, _candidate);
        int bits = Cost(_candidate.AsSpan(0, count));
        if (predictor != Predictor.Level)
        {
            bits += bits == 0 ? 0 : 8 * VarInt.Size(VarInt.ZigZag(slope));
            if (bits >= best.Bits) return best;
        }

        (_candidate, _best) = (_best, _candidate);
        return new Choice(predictor, first, slope, bits);
    }

    private static void Residuals(
        ReadOnlySpan<long> values, Predictor predictor, long first, long slope, Span<ulong> into)
    {
        unchecked
        {
            switch (predictor)
            {
                case Predictor.Level:
                    for (int index = 0; index < values.Length; index++)
                        into[index] = VarInt.ZigZag(values[index] - first);
                    break;
                case Predictor.Line:
                    for (int index = 1; index < values.Length; index++)
                        into[index - 1] = VarInt.ZigZag(values[index] - IntegerColumn.Line(first, slope, index));
                    break;
                case Predictor.Step:
                    for (int index = 1; index < values.Length; index++)
                        into[index - 1] = VarInt.ZigZag(values[index] - values[index - 1] - slope);
                    break;
                default:
                    long step = slope;
                    for (int index = 1; index < values.Length; index++)
                    {
                        long next = values[index] - values[index - 1];
                        into[index - 1] = VarInt.ZigZag(next - step);
                        step = next;
                    }

                    break;
            }
        }
    }

    /// <summary>Bits of all groups; 0 when all residuals are zero and none need be written.</summary>
    private static int Cost(ReadOnlySpan<ulong> residuals)
    {
        int bits = 0;
        bool isZero = true;
        for (int start = 0; start < residuals.Length; start += IntegerColumn.GroupSize)
        {
            ReadOnlySpan<ulong> group = residuals[start..Math.Min(start + IntegerColumn.GroupSize, residuals.Length)];
            int parameter = Parameter(group, out int cost);
            isZero &= parameter == IntegerColumn.ZeroGroup;
            bits += IntegerColumn.ParameterBits + cost;
        }

        return isZero ? 0 : bits;
    }

    /// <summary>The best Rice parameter is next to the logarithm of the mean, so three are tried.</summary>
    private static int Parameter(ReadOnlySpan<ulong> group, out int cost)
    {
        ulong sum = 0;
        foreach (ulong residual in group) sum += Math.Min(residual, 1UL << 57);
        cost = 0;
        if (sum == 0) return IntegerColumn.ZeroGroup;
        int middle = BitOperations.Log2((sum / (ulong)group.Length) | 1);
        int best = 0;
        cost = int.MaxValue;
        int last = Math.Min(middle + 1, IntegerColumn.ParameterMax);
        for (int parameter = Math.Max(0, middle - 2); parameter <= last; parameter++)
        {
            int candidate = GroupCost(group, parameter);
            if (candidate >= cost) continue;
            cost = candidate;
            best = parameter;
        }

        return best;
    }

    private static int GroupCost(ReadOnlySpan<ulong> group, int parameter)
    {
        int bits = 0;
        foreach (ulong residual in group)
        {
            ulong quotient = residual >> parameter;
            bits += quotient >= IntegerColumn.UnaryMax ? IntegerColumn.UnaryMax + 64 : (int)quotient + 1 + parameter;
        }

        return bits;
    }

    private void Write(Choice choice, int count, ByteBuffer destination)
    {
        bool hasResiduals = choice.Bits > 0;
        destination.Byte((byte)((int)choice.Predictor | (hasResiduals ? IntegerColumn.HasResiduals : 0)));
        destination.VarLong(choice.First);
        if (choice.Predictor != Predictor.Level) destination.VarLong(choice.Slope);
        if (!hasResiduals) return;
        ReadOnlySpan<ulong> residuals = _best.AsSpan(0, count - IntegerColumn.Skipped(choice.Predictor));
        var writer = new BitWriter(destination.Reserve((choice.Bits >> 3) + 16 + BitWriter.SlackBytes));
        for (int start = 0; start < residuals.Length; start += IntegerColumn.GroupSize)
            WriteGroup(ref writer, residuals[start..Math.Min(start + IntegerColumn.GroupSize, residuals.Length)]);
        destination.Advance(writer.ByteCount);
    }

    private static void WriteGroup(ref BitWriter writer, ReadOnlySpan<ulong> group)
    {
        int parameter = Parameter(group, out _);
        writer.Write((ulong)parameter, IntegerColumn.ParameterBits);
        if (parameter == IntegerColumn.ZeroGroup) return;
        foreach (ulong residual in group)
        {
            ulong quotient = residual >> parameter;
            if (quotient >= IntegerColumn.UnaryMax)
            {
                writer.Write((1UL << IntegerColumn.UnaryMax) - 1, IntegerColumn.UnaryMax);
                writer.Write(residual, 64);
                continue;
            }

            // Ones, the closing zero and the remainder: at most 20 + 56 bits, so in two writes when long.
            writer.Write((1UL << ((int)quotient + 1)) - 2, (int)quotient + 1);
            if (parameter > 0) writer.Write(residual, parameter);
        }
    }

    private readonly record struct Choice(Predictor Predictor, long First, long Slope, int Bits);
}
