using System.Collections.Concurrent;

namespace Shop.Cart;

/// <summary>
/// Carts in memory: at most <see cref="CartsMax"/>, each with at most <see cref="LinesMax"/> products.
/// </summary>
public sealed class CartStore
{
    public const int CartsMax = 10_000;
    public const int LinesMax = 100;

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, int>> carts = new(
        StringComparer.Ordinal);

    public IReadOnlyList<KeyValuePair<string, int>> Lines(string cart) =>
        carts.TryGetValue(cart, out ConcurrentDictionary<string, int>? lines)
            ? [.. lines.OrderBy(line => line.Key, StringComparer.Ordinal)] : [];

    /// <summary>False when a bound is reached.</summary>
    public bool Put(string cart, string product, int quantity)
    {
        if (carts.Count >= CartsMax && !carts.ContainsKey(cart)) return false;
        ConcurrentDictionary<string, int> lines = carts.GetOrAdd(cart, _ => new(StringComparer.Ordinal));
        if (lines.Count >= LinesMax && !lines.ContainsKey(product)) return false;
        lines[product] = quantity;
        return true;
    }
}
