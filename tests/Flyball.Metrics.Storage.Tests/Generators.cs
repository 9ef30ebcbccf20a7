using CsCheck;

namespace Flyball.Metrics.Storage.Tests;

/// <summary>Generators that several tests share.</summary>
internal static class Generators
{
    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
