namespace Flyball.Base.Resources;

/// <summary>
/// The number of a committed store transaction: gapless, from 1, in commit order on every database.
/// All keys that one transaction changes carry the same revision. Zero means "before everything" or "absent".
/// </summary>
public readonly record struct Revision(long Value) : IComparable<Revision>
{
    /// <summary>Before the first transaction; as a precondition: the key must not exist.</summary>
    public static readonly Revision None;

    public Revision Next => new(Value + 1);

    public int CompareTo(Revision other) => Value.CompareTo(other.Value);

    public static bool operator <(Revision left, Revision right) => left.Value < right.Value;

    public static bool operator >(Revision left, Revision right) => left.Value > right.Value;

    public static bool operator <=(Revision left, Revision right) => left.Value <= right.Value;

    public static bool operator >=(Revision left, Revision right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
